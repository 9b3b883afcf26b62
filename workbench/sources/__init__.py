"""The only place that reads the outside world: files of posts, whatever their format and column names."""

from workbench.sources.blocks import Chunk as Chunk
from workbench.sources.blocks import Rejected as Rejected
from workbench.sources.cells import neutralise as neutralise
from workbench.sources.cells import write_csv as write_csv
from workbench.sources.cells import write_xlsx as write_xlsx
from workbench.sources.files import RAW_POSTS as RAW_POSTS
from workbench.sources.files import read_posts as read_posts
from workbench.sources.guessing import guess_mapping as guess_mapping
from workbench.sources.layouts import Layout as Layout
from workbench.sources.mapping import Mapping as Mapping
from workbench.sources.mapping import load_mapping as load_mapping
from workbench.sources.sniffing import sniff as sniff
