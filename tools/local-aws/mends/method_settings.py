"""The settings of one method come with the slashes of its path as ~1."""
from ministack.services.cloudformation import provisioners

_method_settings = provisioners._apigw_method_settings


def method_settings(raw):
    return {key.replace('~1', '/').replace('//', '/'): value for key, value in _method_settings(raw).items()}


provisioners._apigw_method_settings = method_settings
