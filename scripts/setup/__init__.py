"""What `./run` does: from an empty machine to a served city. Standard library only.

It runs under the system's Python, before any package is installed, so nothing here may import
Django or the project (`prepare` is the one module that the project's own environment runs).
"""
