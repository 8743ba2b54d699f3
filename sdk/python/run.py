"""The program that CPython is started with, as text; all it runs is compiled."""

from selfsame.main import main

main()
