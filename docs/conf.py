"""Settings of Sphinx for the documentation site: `make docs`, warnings are errors.

Sphinx runs this file; the names are its own. The pages are plain Markdown, readable as they lie here.
"""

from tropebot import __version__

project = "tropebot"
author = "the developers of tropebot"
project_copyright = "the developers of tropebot, MIT licence"
release = version = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["rule-pack/tests/**", "figures/**"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
nitpicky = True

html_theme = "furo"
html_title = "tropebot"
html_copy_source = False
html_show_sphinx = False
html_extra_path = ["policy.schema.json", "extension.schema.json"]
# Neither fonts nor scripts from elsewhere: the site can be read from a disk.
html_theme_options = {"top_of_page_buttons": []}
