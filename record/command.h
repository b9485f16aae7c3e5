/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The COMMAND that is recorded: started stopped, so that its pid can be made known to the
 * probe before it executes anything.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct failure;

struct command {
	pid_t pid;  /* 0: none */
	int pidfd;  /* readable when it has ended; -1: none */
	int go;	    /* closing it lets go */
	int report; /* execve(2)'s errno comes out of it, if any */
	bool ended;
	int status; /* as the shell has it: its own, or 128 + the signal */
};

/*
 * Forks a child that waits. COMMAND shall have the signal mask, and out for its standard
 * output.
 */
int command_start(struct command *c, char **argv, const sigset_t *mask, int out,
		  struct failure *failure);

/* Lets it execute; an error is the one of execve(2), and it has ended then. */
int command_go(struct command *c, char **argv, struct failure *failure);

/* Notes its end; wait: and waits for that. */
void command_collect(struct command *c, bool wait);

/* Not before it was let go. */
bool command_runs(const struct command *c);

void command_signal(const struct command *c, int signal);

/* Frees; a child that was not let go ends without having executed anything. */
void command_release(struct command *c);
