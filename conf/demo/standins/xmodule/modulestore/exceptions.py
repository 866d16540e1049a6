"""What looking for content can raise."""


class ItemNotFoundError(Exception):
    """No such block."""


class NoPathToItem(Exception):
    """The block hangs nowhere."""
