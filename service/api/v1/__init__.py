"""Version 1 of the interface."""

from service.api import pathids as pathids  # the form {id:stored} has to be known before any router is made
