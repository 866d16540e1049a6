"""The demo campus: its people, courses, pages and clock."""
