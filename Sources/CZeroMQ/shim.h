// libzmq, and eventfd, which Swift's Glibc does not have.
#include <errno.h>
#include <sys/eventfd.h>
#include <zmq.h>
