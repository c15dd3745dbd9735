"""The migrations, run by `storage.migrating`; there is no configuration file beside them."""
