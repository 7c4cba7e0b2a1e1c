"""Spatial library of the project: arrays in, arrays out, no web framework.

Positions are stored as EPSG:4326 longitude and latitude and measured in one declared metric system.
"""
