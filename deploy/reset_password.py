"""Give a student a new password: `python deploy/reset_password.py NAME`, in the hub's folder.

The hub may run meanwhile.
"""

import secrets
import sqlite3
import sys
from pathlib import Path

import bcrypt

DATABASE = Path("jupyterhub.sqlite")


def main(arguments):
    """Run the command, and print the new password.

    Parameters
    ----------
    arguments : list of str
        The student's name.
    """
    if len(arguments) != 1:
        sys.exit("This command takes the name of a student: reset_password.py anna")
    if not DATABASE.exists():
        sys.exit(f"There is no {DATABASE} in {Path.cwd()}. Go to the folder of the hub: cd ~/hub")
    password = secrets.token_hex(5)
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt())
    database = sqlite3.connect(DATABASE)
    with database:
        command = "update users_info set password = ? where username = ?"
        count = database.execute(command, (hashed, arguments[0])).rowcount
    names = [name for (name,) in database.execute("select username from users_info order by 1")]
    database.close()
    if not count:
        sys.exit(f"There is no student {arguments[0]}. There are: {', '.join(names)}.")
    print(f"The password of {arguments[0]} is now {password}.")


if __name__ == "__main__":
    main(sys.argv[1:])
