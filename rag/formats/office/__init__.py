"""What the readers of tables, slides and data share: grids of cells, Office's parts and numbers."""
