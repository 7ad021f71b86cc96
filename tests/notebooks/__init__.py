"""The playground in Jupyter: its launcher, its proxy, and the cells of notebooks."""
