"""Pages of papers: packs and the links that open them."""
