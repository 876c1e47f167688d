"""Modules of the standard library that Python 2 alone had."""

from __future__ import annotations

OF_PYTHON_2 = frozenset(
    """
    BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser
    MimeWriter Queue SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tix
    Tkinter UserDict UserList UserString __builtin__ anydbm bsddb cPickle cStringIO
    commands cookielib copy_reg dbhash dummy_thread exceptions fpformat
    future_builtins gdbm hotshot htmlentitydefs htmllib httplib ihooks
    md5 mhlib mimetools mimify multifile mutex popen2 rexec rfc822 robotparser sets
    sgmllib sha statvfs thread tkColorChooser tkFileDialog tkFont tkMessageBox
    tkSimpleDialog toaiff ttk urllib2 urlparse whichdb xmllib xmlrpclib
    """.split()
)
"""Those whose name a package on PyPI means today, as `future`, are not among them."""
