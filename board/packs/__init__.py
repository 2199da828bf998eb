"""The board's papers: `facts` in, `compose` makes a document of them (both without Django), `render_*` sets it."""
