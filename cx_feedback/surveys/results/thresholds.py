"""The numbers of answers that results need to be shown, and the number of filters at once."""

#: Results of fewer readers than this are not shown, nor are scores with fewer answers. The groups
#: and cells of disclosure control have this size (``disclosure``).
SHOW_FROM = 5
#: A score with fewer answers than this is shown with a warning. Filters that are combined with
#: days need groups of this size.
CONFIDENT_FROM = 30
#: A cross-tab reports how many of its cells have an expected count below this.
MIN_EXPECTED = 5
#: More filters at once hardly select anybody, and disclosure control would be slow.
MAX_FILTERS = 5
