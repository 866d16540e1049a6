"""The campus's own pages: what the platform's front ends show, as plain server-rendered HTML."""
