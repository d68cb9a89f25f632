package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is whom the server runs as when it is not the user of this process: PostgreSQL
// refuses to run as root. A nil account means this process's own user.
type account struct {
	uid, gid int
}

// serverAccount is nil unless this process is root's; then it is postgres, nobody or else
// the first account that is not root's.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			if acct := newAccount(u.Uid, u.Gid); acct != nil {
				return acct, nil
			}
		}
	}
	if acct := firstUnprivileged("/etc/passwd"); acct != nil {
		return acct, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and this machine has no other account")
}

// newAccount returns nil for numbers that make no unprivileged account.
func newAccount(uid, gid string) *account {
	u, errUID := strconv.Atoi(uid)
	g, errGID := strconv.Atoi(gid)
	if errUID != nil || errGID != nil || u <= 0 || g < 0 {
		return nil
	}
	return &account{uid: u, gid: g}
}

// firstUnprivileged reads a passwd file, for machines (containers) without the usual names.
func firstUnprivileged(path string) *account {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 4 {
			continue
		}
		if acct := newAccount(fields[2], fields[3]); acct != nil {
			return acct
		}
	}
	return nil
}

// own gives a file or directory to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("giving %s to the server's account: %w", path, err)
	}
	return nil
}

// process returns the attributes of a child: its own process group, so that a Ctrl-C at the
// terminal reaches this process and not the server, and the account's credentials.
func (a *account) process() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// reachable picks the directory for temporary directories: the wanted one (the system's if
// empty), or a common one when the account cannot get at that, as with a TMPDIR below root's home.
func (a *account) reachable(wanted string) (string, error) {
	if wanted != "" {
		if !a.canTraverse(wanted) {
			return "", fmt.Errorf("the account that runs the server cannot reach the directory %s", wanted)
		}
		return wanted, nil
	}
	for _, dir := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if a.canTraverse(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no temporary directory that the server's account can reach; tried %s, /tmp and /var/tmp", os.TempDir())
}

// canTraverse tells whether the account may search dir and everything above it.
func (a *account) canTraverse(dir string) bool {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return false
	}
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() {
			return false
		}
		if a != nil && info.Mode()&0o001 == 0 && !a.searchesAsOwner(info) {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// searchesAsOwner covers a directory that is closed to others but belongs to the account.
func (a *account) searchesAsOwner(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == a.uid && info.Mode()&0o100 != 0
}
