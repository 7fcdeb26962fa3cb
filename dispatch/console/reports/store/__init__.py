"""What the reports count, counted by the store itself: of a hundred thousand rows only sums and ranks leave it."""
