"""The learner's pages and the section in the dashboard. Everybody sees only their own."""
