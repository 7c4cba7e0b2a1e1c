"""Static files under hashed names, imports inside ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hash file names and rewrite ``import`` paths: browsers may keep every file for ever."""

    support_js_module_import_aggregation = True
    # A vendored file may name a source map that is not shipped: no reason to refuse to start.
    manifest_strict = False
