"""How the hub stops servers, and itself, when its database cannot be written.

JupyterHub writes down what it has stopped. On a full disk that fails, and all that it wanted to do
next is left undone: a server that is gone stays listed, and the hub itself goes on.
"""

import asyncio
import itertools

from jupyterhub.app import JupyterHub
from jupyterhub.user import User
from jupyterhub.utils import catch_db_error
from sqlalchemy.exc import SQLAlchemyError

stop_and_write, clean_up = User.stop, JupyterHub.cleanup


async def stop(user, server_name=""):
    """Stop a student's server, and write that down as soon as there is room.

    Until then the hub says of the server that it is stopping.
    """
    for attempt in itertools.count():
        try:
            return await stop_and_write(user, server_name)
        except SQLAlchemyError as error:
            user.db.rollback()
            if attempt == 0:
                user.log.error("The stop of %s's server is not written down: %s", user.name, error)
        await asyncio.sleep(5)


@catch_db_error
async def end(hub):
    """Stop all servers, the proxy and the hub, whether or not that can be written down.

    Where it cannot, the next start of the hub sees for itself that no server runs.
    """
    User.stop = stop_and_write  # nothing can wait for room any more
    await clean_up(hub)


def install():
    """Let JupyterHub do so."""
    User.stop, JupyterHub.cleanup = stop, end
