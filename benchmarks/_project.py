"""Importing this sets Django up, so that a benchmark can be run as a plain script."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapgrid.settings")
django.setup()
