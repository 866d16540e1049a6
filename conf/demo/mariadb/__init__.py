"""MariaDB in the shape of MySQL 8: what only MariaDB can do is switched off."""
