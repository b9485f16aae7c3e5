// SPDX-License-Identifier: BSD-2-Clause
/*
 * TOOL-faults KIND[:ERRNO] [-t TRACE] [-n NUMBER] ARGUMENT...
 *
 * Runs the tool with these arguments once for each call of that kind, with that one
 * failing. It must end by itself, with status 2 and one line, or else do as well as
 * without the fault; the TRACE it wrote must be readable as far as it goes, and say that
 * the disk ended it if it says anything. -n runs with one fault alone and stops there for
 * a debugger.
 *
 * It comes before the tool's main by the linker's --wrap. Prints what went wrong, and how
 * many faults there were.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../format/fdp.h"
#include "fault.h"

#define PATIENCE_S 20
#define SAID_MAX 400

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

/* What a run left behind. */
struct run {
	int status; /* as waitpid(2) has it */
	bool hit;   /* the fault was met */
	int out, said;
	size_t records;	    /* in TRACE */
	int end;	    /* what its reader said last; 1: there is none */
	enum fdp_stop stop; /* of its last trailer */
};

struct job {
	int argc;
	char **argv;
	const char *trace;
	struct fault fault;
	bool alone;
};

static int file_new(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		err(2, "%s", name);

	return fd;
}

static void trace_look(struct run *run, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct fdp_reader *reader;
	struct fdp_record record;

	run->end = 1;
	if (fd < 0 || lseek(fd, 0, SEEK_END) == 0)
		goto out;
	lseek(fd, 0, SEEK_SET);
	if (fdp_reader_new_fd(&reader, fd))
		errx(2, "out of memory");
	while ((run->end = fdp_reader_next(reader, &record)) > 0) {
		run->records++;
		if (record.type == FDP_TRAILER)
			run->stop = record.trailer.stop;
	}
	fdp_reader_free(reader);
out:
	if (fd >= 0)
		close(fd);
}

static void run_tool(struct run *run, const struct job *job)
{
	pid_t pid;

	if (job->trace)
		unlink(job->trace);
	*run = (struct run){.out = file_new("out"), .said = file_new("said"), .end = 1};
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (pid == 0) {
		dup2(run->out, STDOUT_FILENO);
		dup2(run->said, STDERR_FILENO);
		alarm(PATIENCE_S);
		*fault = job->fault;
		exit(__real_main(job->argc, job->argv));
	}
	if (waitpid(pid, &run->status, 0) != pid)
		err(2, "waitpid");
	/* It is shared, and what we do ourselves shall not fail. */
	run->hit = fault->hit;
	*fault = (struct fault){FAULT_NONE};
	if (job->trace)
		trace_look(run, job->trace);
}

static void run_release(const struct run *run)
{
	close(run->out);
	close(run->said);
}

static size_t content(char text[SAID_MAX], int fd)
{
	ssize_t n = pread(fd, text, SAID_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';

	return n > 0 ? n : 0;
}

static bool same_content(int a, int b)
{
	char part_a[4096], part_b[4096];
	off_t at = 0;
	ssize_t n, m;

	do {
		n = pread(a, part_a, sizeof(part_a), at);
		m = pread(b, part_b, sizeof(part_b), at);
		if (n != m || n < 0 || memcmp(part_a, part_b, n) != 0)
			return false;
		at += n;
	} while (n);

	return true;
}

static bool as_well(const struct run *run, const struct run *usual)
{
	return run->status == usual->status && run->records == usual->records &&
	       run->end == usual->end && same_content(run->out, usual->out);
}

static bool is_line(int fd)
{
	char text[SAID_MAX];
	size_t n = content(text, fd);
	const char *end = strchr(text, '\n');

	return end && end + 1 == text + n;
}

/* What is wrong with how it took the fault; NULL: nothing. */
static const char *wrong(const struct run *run, const struct run *usual)
{
	if (WIFSIGNALED(run->status))
		return WTERMSIG(run->status) == SIGALRM ? "it hangs" : "it crashes";
	if (as_well(run, usual))
		return NULL;
	if (WEXITSTATUS(run->status) != 2)
		return "the status does not tell";
	if (!is_line(run->said))
		return "it does not say one line";
	if (run->end < 0 && run->end != -ENODATA)
		return "what it wrote is damaged";
	if (run->end == 0 && run->records != usual->records &&
	    run->stop != FDP_STOP_DISK && run->stop != FDP_STOP_ERROR)
		return "what it wrote does not say how it ended";

	return NULL;
}

static void report(long number, const char *phrase, const struct run *run)
{
	char said[SAID_MAX];

	content(said, run->said);
	printf("fault %ld: %s: status %#x, %zu records, end %d, stop %d: %s\n", number,
	       phrase, run->status, run->records, run->end, run->stop, said);
}

static int run_all(struct job *job)
{
	const struct fault wanted = job->fault;
	struct run usual, run;
	unsigned int bad = 0, n_harmless = 0;
	bool hit = true;
	long number;

	job->fault = (struct fault){FAULT_NONE};
	run_tool(&usual, job);
	/* Neither a failure, nor what a sanitizer ends with. */
	if (!WIFEXITED(usual.status) || WEXITSTATUS(usual.status) == 2 ||
	    WEXITSTATUS(usual.status) > 3)
		errx(2, "it fails without a fault, too");
	job->fault = wanted;
	for (number = 0; hit; number++) {
		const char *phrase;

		job->fault.countdown = number;
		run_tool(&run, job);
		hit = run.hit;
		phrase = wrong(&run, &usual);
		if (!hit && !phrase && !as_well(&run, &usual))
			phrase = "it is not the same each time";
		n_harmless += hit && as_well(&run, &usual);
		bad += phrase != NULL;
		if (phrase)
			report(number, phrase, &run);
		run_release(&run);
	}
	run_release(&usual);
	printf("%ld faults, %u harmless, %u wrong\n", number - 1, n_harmless, bad);

	return bad ? 1 : 0;
}

static const struct {
	const char *name;
	enum fault_kind kind;
} kinds[] = {
	{"memory", FAULT_MEMORY},
	{"open", FAULT_OPEN},
	{"write", FAULT_WRITE},
	{"full", FAULT_FULL},
	{"interrupted", FAULT_INTERRUPTED},
	{"short", FAULT_SHORT},
};

static const struct {
	const char *name;
	int number;
} errors[] = {
	{"ENOMEM", ENOMEM}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT},
	{"EIO", EIO},	    {"EMFILE", EMFILE}, {"EACCES", EACCES},
};

static int fault_parse(struct fault *f, const char *text)
{
	size_t len = strcspn(text, ":");

	*f = (struct fault){.error = ENOMEM};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == len && !strncmp(kinds[i].name, text, len))
			f->kind = kinds[i].kind;
	for (size_t i = 0; text[len] && i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(errors[i].name, text + len + 1))
			f->error = errors[i].number;

	return f->kind == FAULT_NONE ? -EINVAL : 0;
}

static int job_parse(struct job *job, int argc, char **argv)
{
	int at = 2;

	*job = (struct job){0};
	if (argc < 2 || fault_parse(&job->fault, argv[1]))
		return -EINVAL;
	for (; at + 1 < argc; at += 2) {
		if (strcmp(argv[at], "-t") == 0) {
			job->trace = argv[at + 1];
		} else if (strcmp(argv[at], "-n") == 0) {
			job->fault.countdown = strtol(argv[at + 1], NULL, 10);
			job->fault.trap = job->alone = true;
		} else {
			break;
		}
	}
	/* The first of its arguments is its name. */
	job->argc = argc - at + 1;
	job->argv = argv + at - 1;
	job->argv[0] = argv[0];

	return 0;
}

int __wrap_main(int argc, char **argv)
{
	struct job job;

	if (job_parse(&job, argc, argv))
		errx(2, "usage: %s KIND[:ERRNO] [-t TRACE] [-n NUMBER] ARGUMENT...",
		     argv[0]);
	if (job.alone) {
		*fault = job.fault;
		return __real_main(job.argc, job.argv);
	}
	fault = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fault == MAP_FAILED)
		err(2, "mmap");
	setvbuf(stdout, NULL, _IOLBF, 0);

	return run_all(&job);
}
