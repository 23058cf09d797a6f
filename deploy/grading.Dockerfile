# Grading where the computer itself can make no box, as on macOS and Windows. The commands that
# use this file are in notebooks/solutions/README.md. The class is not in the image: each run is
# given its folder.
FROM debian:12
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /course
COPY pyproject.toml constraints.txt README.md LICENSE nbgrader_config.py ./
COPY helpers helpers
# The second judgement makes from these what the sheets give.
COPY notebooks/solutions notebooks/solutions
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir -e . nbgrader -c constraints.txt \
    && .venv/bin/python -m helpers.data
ENV PATH=/course/.venv/bin:$PATH HOME=/tmp
# Root could make no box without rights that a container does not give it.
USER 1000:1000
