// libzmq, eventfd and poll as the messaging thread needs them; Swift's Glibc lacks eventfd.
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>
