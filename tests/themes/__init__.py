"""Style sheets of other people's sites, as the browser tests put the widgets into them."""
