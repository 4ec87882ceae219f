"""Starts MiniStack with what this project teaches it, but for the mends that LOCAL_AWS_WITHOUT names."""
import importlib
import os
import pathlib

from ministack.app import main

left_out = os.environ.get('LOCAL_AWS_WITHOUT', '').split(',')
for file in sorted(pathlib.Path(__file__).parent.glob('mends/[a-z]*.py')):
    if file.stem not in left_out:
        importlib.import_module(f'mends.{file.stem}')

if __name__ == '__main__':
    main()
