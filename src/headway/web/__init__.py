"""Web: takes routers whose routes declare a permission, gives an application with one manner of refusing."""

from headway.web.app import make_app
from headway.web.context import RequestContext, context_of
from headway.web.departure import unless_left
from headway.web.routes import JsonRoute, protected

__all__ = ["JsonRoute", "RequestContext", "context_of", "make_app", "protected", "unless_left"]
