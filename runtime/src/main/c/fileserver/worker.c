/* SPDX-License-Identifier: Apache-2.0 */
#include "worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "credentials.h"
#include "stream.h"

#define WORKERS 4u

/* The kernel gives both buffers memory page by page, so a worker costs what its largest message
 * needed. */
struct worker {
	struct message *message;
	struct reply *reply;
};

static struct worker workers[WORKERS];
static pthread_t threads[WORKERS];
static pthread_barrier_t ready, start;

static void serve(struct worker *worker)
{
	for (;;) {
		struct export *export = stream_next(&worker->message);

		if (request_serve(export, worker->message, worker->reply))
			stream_answer(export, worker->message->length, worker->reply);
		else
			stream_close(export);
	}
}

static void *worker_main(void *argument)
{
	if (credentials_of_thread()) {
		perror("fileserver: unshare");
		_exit(EXIT_FAILURE);
	}
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&start);
	serve(argument);
	return NULL;
}

int worker_start(void)
{
	int error;

	pthread_barrier_init(&ready, NULL, WORKERS + 1);
	pthread_barrier_init(&start, NULL, WORKERS + 1);
	for (unsigned int i = 0; i < WORKERS; i++) {
		workers[i].message = malloc(sizeof(struct message));
		workers[i].reply = malloc(sizeof(struct reply));
		if (!workers[i].message || !workers[i].reply)
			return ENOMEM;
		error = pthread_create(&threads[i], NULL, worker_main, &workers[i]);
		if (error)
			return error;
	}
	pthread_barrier_wait(&ready);
	return 0;
}

void worker_run(void)
{
	pthread_barrier_wait(&start);
	pthread_join(threads[0], NULL);
}
