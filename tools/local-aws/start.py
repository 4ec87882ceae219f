"""Starts MiniStack with what this project teaches it; with LOCAL_AWS_MENDS=none as it is."""
import os

from ministack.app import main

if os.environ.get('LOCAL_AWS_MENDS') != 'none':
    from mends import gateway_answers, method_settings, openapi_import, request_validation, resource_permission  # noqa: F401

if __name__ == '__main__':
    main()
