"""What the interface says about itself: its description, and a page for each problem."""
