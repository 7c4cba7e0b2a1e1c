"""From rows of tables to plain values in the shapes of ``api.serializers``."""
