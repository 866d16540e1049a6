"""The Tutor plugin of mandatory_assignments."""
