/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scene of `make demo`: a message bus, a server and a client that passes two open
 * files to it.
 *
 *   bus FOLDER FILE     the client calls Take(/dev/null, FILE) on the server
 *
 * The bus is dbus-broker, started as systemd would start it: dbus-broker-launch inherits
 * the listening socket FOLDER/bus (sd_listen_fds(3)) and finds a journal to connect to.
 * Both are given to it in a private mount namespace, so neither systemd is needed nor is
 * its journal touched. All processes are children of this one and end with it.
 */
#include <errno.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define TIME_LIMIT_S 20
#define SERVICE "org.example.Fdpass"
#define OBJECT "/org/example/Fdpass"
#define LISTEN_FD 3 /* SD_LISTEN_FDS_START */

static const char session_conf[] =
	"<busconfig><type>session</type><policy context=\"default\">"
	"<allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/>"
	"</policy></busconfig>\n";

/* A Unix socket bound to path, mode 0666: who may connect is decided by the folder. */
static int socket_bind(const char *path, int type)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(sun.sun_path))
		errx(2, "%s: longer than a socket address", path);
	memcpy(sun.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    chmod(path, 0666) < 0)
		err(2, "%s", path);
	return fd;
}

/* Forks a process called name that dies with this one. Returns its pid, 0 in the child.
 */
static pid_t child_start(const char *name)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	alarm(TIME_LIMIT_S);
	return 0;
}

static void make_folder(const char *path)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		err(2, "%s", path);
}

/* A journal that nobody else sees: dbus-broker-launch refuses to start without one. */
static pid_t journal_start(const char *folder)
{
	char etc[PATH_MAX];

	if (unshare(CLONE_NEWNS) < 0)
		err(2, "private mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(2, "the root is no mount point, as in a chroot");
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") < 0)
		err(2, "/run");
	/* Where the machine has no id, demo/run gives us a copy of /etc that has one. */
	snprintf(etc, sizeof(etc), "%s/etc", folder);
	if (access(etc, F_OK) == 0 && mount(etc, "/etc", NULL, MS_BIND, NULL) < 0)
		err(2, "/etc");
	make_folder("/run/systemd");
	make_folder("/run/systemd/journal");
	int fd = socket_bind("/run/systemd/journal/socket", SOCK_DGRAM);
	pid_t pid = child_start("journal");
	if (pid == 0) {
		char line[4096];

		setpgid(0, 0); /* orphans_wait() leaves it alone */
		while (recv(fd, line, sizeof(line), 0) >= 0)
			;
		_exit(0);
	}
	close(fd);
	return pid;
}

static void conf_write(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(session_conf, file) < 0 || fclose(file) != 0)
		err(2, "%s", path);
}

/* The socket listens before the broker runs: clients may connect at once. */
static pid_t broker_start(const char *folder, const char *address)
{
	char path[PATH_MAX], conf[PATH_MAX], pid_text[16];

	snprintf(path, sizeof(path), "%s/bus", folder);
	snprintf(conf, sizeof(conf), "%s/session.conf", folder);
	conf_write(conf);
	int fd = socket_bind(path, SOCK_STREAM);
	if (listen(fd, SOMAXCONN) < 0)
		err(2, "%s", path);
	pid_t pid = child_start("launch");
	if (pid == 0) {
		snprintf(pid_text, sizeof(pid_text), "%d", getpid());
		setenv("LISTEN_PID", pid_text, 1);
		setenv("LISTEN_FDS", "1", 1);
		setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
		if (fd == LISTEN_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, LISTEN_FD) < 0)
			err(2, "dup2");
		execlp("dbus-broker-launch", "dbus-broker-launch", "--scope", "user",
		       "--config-file", conf, NULL);
		err(2, "dbus-broker-launch");
	}
	close(fd);
	return pid;
}

static sd_bus *bus_connect(const char *address)
{
	sd_bus *bus = NULL;
	int r = sd_bus_new(&bus);

	if (r >= 0)
		r = sd_bus_set_address(bus, address);
	if (r >= 0)
		r = sd_bus_set_bus_client(bus, true);
	if (r >= 0)
		r = sd_bus_negotiate_fds(bus, true);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r < 0)
		errx(2, "%s: %s", address, strerror(-r));
	return bus;
}

static void fd_say(const char *verb, int fd)
{
	char link[64], name[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, name, sizeof(name) - 1);
	name[len < 0 ? 0 : len] = '\0';
	printf("%s[%d] %s %d  %s\n", program_invocation_short_name, getpid(), verb, fd,
	       name);
}

/* sd-bus owns the received descriptors and closes them with the message. */
static int server_take(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	bool *done = userdata;
	int first, second;

	(void)error;
	int r = sd_bus_message_read(m, "hh", &first, &second);
	if (r < 0)
		return r;
	fd_say("received", first);
	fd_say("received", second);
	*done = true;
	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable server_methods[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Take", "hh", "", server_take, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static int server_main(const char *address)
{
	bool done = false;
	sd_bus *bus = bus_connect(address);
	int r = sd_bus_add_object_vtable(bus, NULL, OBJECT, SERVICE, server_methods,
					 &done);

	if (r >= 0)
		r = sd_bus_request_name(bus, SERVICE, 0);
	while (r >= 0 && !done) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	if (r < 0)
		warnx("server: %s", strerror(-r));
	sd_bus_flush_close_unref(bus);
	return r < 0 ? 2 : 0;
}

/* Asks until the server has its name: a call too early would pass descriptors in vain. */
static void client_wait_for_server(sd_bus *bus)
{
	while (sd_bus_get_name_creds(bus, SERVICE, 0, NULL) < 0)
		usleep(10 * 1000);
}

static int client_main(const char *address, const char *file)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus *bus = bus_connect(address);

	client_wait_for_server(bus);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int other = open(file, O_RDONLY | O_CLOEXEC);
	if (null < 0 || other < 0)
		err(2, "%s", file);
	fd_say("passes  ", null);
	fd_say("passes  ", other);
	int r = sd_bus_call_method(bus, SERVICE, OBJECT, SERVICE, "Take", &error, NULL,
				   "hh", null, other);
	if (r < 0)
		warnx("client: %s", error.message);
	sd_bus_error_free(&error);
	sd_bus_flush_close_unref(bus);
	return r < 0 ? 2 : 0;
}

static int child_wait(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		err(2, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

static void child_end(pid_t pid)
{
	kill(pid, SIGTERM);
	child_wait(pid);
}

/*
 * dbus-broker is the launcher's child and outlives it for a moment, which it spends
 * writing to the journal; we inherit it.
 */
static void orphans_wait(void)
{
	while (waitpid(0, NULL, 0) > 0)
		;
}

static pid_t role_start(const char *name, const char *address, const char *file)
{
	static char role[16];
	pid_t pid = child_start(name);

	if (pid > 0)
		return pid;
	snprintf(role, sizeof(role), "%s", name);
	program_invocation_short_name = role;
	_exit(file ? client_main(address, file) : server_main(address));
}

int main(int argc, char **argv)
{
	char address[PATH_MAX];

	if (argc != 3)
		errx(2, "usage: bus FOLDER FILE");
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(2 * TIME_LIMIT_S);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snprintf(address, sizeof(address), "unix:path=%s/bus", argv[1]);
	pid_t journal = journal_start(argv[1]);
	pid_t broker = broker_start(argv[1], address);
	pid_t server = role_start("server", address, NULL);
	pid_t client = role_start("client", address, argv[2]);
	int status = child_wait(client);
	if (status != 0)
		kill(server, SIGTERM);
	if (child_wait(server) != 0 && status == 0)
		status = 2;
	child_end(broker);
	orphans_wait();
	child_end(journal);
	return status;
}
