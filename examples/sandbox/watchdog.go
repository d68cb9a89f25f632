package sandbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
)

// watchdogScript reads the process number of whatever is running from its standard input.
// The other end of that pipe is held by this process alone, so its end is the end of this
// process, also after kill -9. Then the script stops what it was told last, waits until the
// server has removed its lock file (it does after an immediate shutdown, too), and removes
// the directory. It is the only place that removes it, so that there is one way to the end.
// (kill -s is the form in which every sh takes a process group; dash takes no kill -QUIT -- -1.)
const watchdogScript = `
trap '' INT TERM HUP QUIT PIPE
pid=0
while read -r line; do pid=$line; done
if [ "$pid" -gt 1 ]; then
	kill -s QUIT -- "-$pid" 2>/dev/null
	tries=0
	while [ -e "$1/data/postmaster.pid" ] && kill -s 0 -- "-$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -s KILL -- "-$pid" 2>/dev/null
fi
tries=0
until rm -rf "$1" 2>/dev/null || [ "$tries" -ge 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
[ ! -e "$1" ]
`

// watchdog is the small shell process that outlives this one.
type watchdog struct {
	mu   sync.Mutex
	pipe io.WriteCloser
	cmd  *exec.Cmd
}

// startWatchdog makes dir's removal certain from here on. It runs before dir is made, so that
// there is no moment at which a death would leave it behind.
func startWatchdog(dir string) (*watchdog, error) {
	cmd := exec.Command("sh", "-c", watchdogScript, "sandbox-watchdog", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making the watchdog's pipe: %w", err)
	}
	cmd.Stdin = read
	err = cmd.Start()
	if closeErr := read.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the watchdog: %w", err), write.Close())
	}
	return &watchdog{pipe: write, cmd: cmd}, nil
}

// watch tells the watchdog the leader of the process group that is running now, 0 for none.
// An error means that the watchdog is gone, which finish will report.
func (w *watchdog) watch(pid int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, _ = io.WriteString(w.pipe, strconv.Itoa(pid)+"\n")
}

// finish lets the watchdog do its work and waits for it.
func (w *watchdog) finish() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	closeErr := w.pipe.Close()
	if err := w.cmd.Wait(); err != nil {
		return fmt.Errorf("removing the server's directory: %w", err)
	}
	return closeErr
}
