"""The promise: within how much working time readers are answered, and how well it is kept."""
