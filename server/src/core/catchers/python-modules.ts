import type { PythonVersion } from './python-paths.ts';

/** What kind of thing a top-level module name of the standard library is. */
export type StandardModule =
  /** Part of the interpreter itself: no file. */
  | 'builtin'
  /** An extension module, which some builds compile into the interpreter. */
  | 'extension'
  /** Only there on another operating system or another Python, or not in every version. */
  | 'elsewhere'
  /** A file of the standard library. */
  | 'library';

/** What the standard library knows under a name; `undefined` for everybody else's modules. */
export function standardModule(name: string, version: PythonVersion): StandardModule | undefined {
  if ((version.major < 3 ? BUILTIN_2 : BUILTIN_3).has(name)) return 'builtin';
  if (ELSEWHERE.has(name)) return 'elsewhere';
  if (EXTENSIONS.has(name)) return 'extension';
  if (!LIBRARY.has(name)) return undefined;
  return name === 'distutils' && version.minor >= 12 ? 'elsewhere' : 'library';
}

/**
 * The module that makes another one when it is imported, so that no file has that name: `os` of `os.path`, `six` of
 * `six.moves.urllib`. Other modules are their own.
 */
export function makerOf(module: string): string {
  return module.includes('.')
    ? (MADE.exec(module)
        ?.slice(1)
        .find(maker => maker !== undefined) ?? module)
    : module;
}

/** Also where `six` and `requests` are parts of another package. */
const MADE =
  /^(?:(os)\.path|(typing)\.(?:io|re)|(py)\..+|((?:.+\.)?six)\.moves(?:\..+)?|((?:.+\.)?requests\.packages|(?:pkg_resources|setuptools)\.extern|gi\.repository|flask\.ext)\..+)$/;

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}

/** `sys.builtin_module_names` of a build without changes (`Modules/Setup.bootstrap.in`), and what is made at run time. */
const BUILTIN_3 = words(
  '__future__ __main__ builtins sys _abc _ast _codecs _collections _functools _imp _io _locale _operator _signal',
  '_sre _stat _string _suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _typing _warnings _weakref',
  'atexit errno faulthandler gc itertools marshal posix pwd time xxsubtype _frozen_importlib',
  '_frozen_importlib_external',
);
const BUILTIN_2 = words(
  '__future__ __main__ __builtin__ sys _ast _codecs _sre _symtable _warnings _weakref errno exceptions gc imp',
  'marshal posix pwd signal thread xxsubtype zipimport',
);

/** Of Windows, macOS, VMS, Jython, IronPython, Linux; never on illumos. */
const ELSEWHERE = words(
  'winreg _winreg winsound msvcrt _winapi nt _nt _overlapped _wmi _msi msilib _scproxy _osx_support _subprocess',
  'win32api win32con win32file win32event win32process win32security win32service win32serviceutil win32gui',
  'win32com win32pipe win32net win32clipboard pythoncom pywintypes pywin32_testutil wmi',
  'Carbon MacOS EasyDialogs ic macostools AppKit Foundation Cocoa objc Quartz CoreFoundation ApplicationServices',
  'java javax org jarray System clr nt_types vms_lib os2 ce riscos riscosenviron riscospath _emx_link',
  'ossaudiodev linuxaudiodev sunaudiodev _android_support _ios_support js pyodide _pyodide',
  '_testcapi _testbuffer _testimportmultiple _testinternalcapi _testmultiphase _testclinic _testlimitedcapi',
  '_testexternalinspection _testsinglephase _xxtestfuzz _ctypes_test xxlimited',
);

const EXTENSIONS = words(
  'array audioop binascii cmath cPickle cStringIO crypt datetime fcntl future_builtins grp math mmap nis operator',
  'parser pyexpat readline resource select spwd strop syslog termios unicodedata zlib itertools time atexit',
  'bz2 dl gdbm dbm bsddb185 cdaudio',
  '_asyncio _bisect _blake2 _bsddb _bz2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw',
  '_collections _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree',
  '_functools _gdbm _hashlib _heapq _hmac _hotshot _interpchannels _interpqueues _interpreters _io _json _locale',
  '_lsprof _lzma _md5 _multibytecodec _multiprocessing _opcode _operator _pickle _posixshmem _posixsubprocess',
  '_queue _random _remote_debugging _sha _sha1 _sha2 _sha256 _sha3 _sha512 _socket _sqlite3 _ssl _statistics',
  '_struct _tkinter _uuid _xxsubinterpreters _zoneinfo _zstd',
);

/** Modules of the standard library from 2.7 to 3.14. */
const LIBRARY = words(
  'BaseHTTPServer Bastion CGIHTTPServer Canvas ConfigParser Cookie Dialog DocXMLRPCServer FileDialog FixTk',
  'HTMLParser MimeWriter Queue ScrolledText SimpleDialog SimpleHTTPServer SimpleXMLRPCServer SocketServer',
  'StringIO Tix Tkconstants Tkdnd Tkinter UserDict UserList UserString abc aifc annotationlib antigravity',
  'anydbm argparse ast asynchat asyncio asyncore audiodev base64 bdb binhex bisect bsddb cProfile calendar cgi',
  'cgitb chunk cmd code codecs codeop collections colorsys commands compileall compiler compression concurrent',
  'configparser contextlib contextvars cookielib copy copy_reg copyreg csv ctypes curses dataclasses dbhash',
  'decimal difflib dircache dis distutils doctest dumbdbm dummy_thread dummy_threading email encodings ensurepip',
  'enum filecmp fileinput fnmatch formatter fpformat fractions ftplib functools genericpath getopt getpass',
  'gettext glob graphlib gzip hashlib heapq hmac hotshot html htmlentitydefs htmllib http httplib idlelib ihooks',
  'imaplib imghdr imp importlib imputil inspect io ipaddress json keyword lib2to3 linecache locale logging lzma',
  'macpath macurl2path mailbox mailcap markupbase md5 mhlib mimetools mimetypes mimify modulefinder multifile',
  'multiprocessing mutex netrc new nntplib ntpath nturl2path numbers opcode optparse os os2emxpath pathlib pdb',
  'pickle pickletools pipes pkgutil platform plistlib popen2 poplib posixfile posixpath pprint profile pstats',
  'pty py_compile pyclbr pydoc pydoc_data queue quopri random re repr reprlib rexec rfc822 rlcompleter',
  'robotparser runpy sched secrets selectors sets sgmllib sha shelve shlex shutil signal site smtpd smtplib',
  'sndhdr socket socketserver sqlite3 sre sre_compile sre_constants sre_parse ssl stat statistics statvfs string',
  'stringold stringprep struct subprocess sunau sunaudio symbol symtable sysconfig tabnanny tarfile telnetlib',
  'tempfile test textwrap this threading timeit tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox',
  'tkSimpleDialog tkinter toaiff token tokenize tomllib trace traceback tracemalloc ttk tty turtle turtledemo',
  'types typing unittest urllib urllib2 urlparse user uu uuid venv warnings wave weakref webbrowser whichdb',
  'wsgiref xdrlib xml xmllib xmlrpc xmlrpclib zipapp zipfile zipimport zoneinfo',
);
