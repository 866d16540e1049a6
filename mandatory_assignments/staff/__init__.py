"""The staff pages: lists, one assignment, a new one. Server-rendered, whole without JavaScript."""
