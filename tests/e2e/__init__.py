"""The whole installation from outside, through its doors; it runs for as long as there are tests of this folder."""
