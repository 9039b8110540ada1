"""What brings readers back: who was touched by what, who came again, who was expected to."""
