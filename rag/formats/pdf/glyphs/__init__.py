"""The characters of a page: what each stands for, and which are struck out, covered or hidden."""
