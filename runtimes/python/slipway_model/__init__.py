"""A model server for Python classes that follow the Seldon contract.

What a model may import from here: `SeldonResponse` (data with tags and metrics of one call) and
`SeldonMicroserviceException` (an error with its own status code).
"""

from slipway_model.errors import SeldonMicroserviceException
from slipway_model.response import SeldonResponse

__all__ = ["SeldonMicroserviceException", "SeldonResponse"]
