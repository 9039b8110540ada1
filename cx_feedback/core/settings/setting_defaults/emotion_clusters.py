"""Default weights of emotions."""

#: EMOTION_CLUSTERS: the weight of each cluster of emotions in the emotional value.
EMOTION_WEIGHTS = {"destroying": -1, "attention": 0.33, "trust": 0.66, "advocacy": 1}
