"""Modules of the standard library that Python 2 alone had."""

from __future__ import annotations

OF_PYTHON_2 = frozenset(
    """
    BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser
    MimeWriter Queue ScrolledText SimpleHTTPServer SimpleXMLRPCServer SocketServer
    StringIO Tix Tkconstants Tkdnd Tkinter UserDict UserList UserString __builtin__
    _winreg anydbm bsddb cPickle cStringIO commands compiler cookielib copy_reg dbhash
    dircache dumbdbm dummy_thread exceptions fpformat future_builtins gdbm hotshot
    htmlentitydefs htmllib httplib ihooks imputil md5 mhlib mimetools mimify multifile
    mutex popen2 posixfile rexec rfc822 robotparser sets sgmllib sha statvfs thread
    tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog toaiff
    ttk urllib2 urlparse whichdb xmllib xmlrpclib
    """.split()
)
"""Those whose name a package on PyPI means today, as `future`, are not among them."""
