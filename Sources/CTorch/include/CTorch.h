#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A flat C interface to the part of LibTorch that Dipper uses. Every function wraps one or a few
// calls of LibTorch or of the CUDA driver; layers and kernels of our own are in CKernels.
//
// - Every function returns 0 on success, 2 if a GPU has not enough memory, and 1 for every other
//   failure. On failure its outputs are unchanged and `*error` is a text that the caller frees with
//   ctorch_free. No C++ exception leaves a function.
// - A `ctorch_tensor *` that a function returns belongs to the caller, who frees it with
//   ctorch_tensor_free; a function only borrows its arguments. LibTorch counts the references to
//   the storage, which several tensors may share.
// - Tensors are float32, or bfloat16 after a cast. Grad mode is a property of the calling thread.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctorch_tensor ctorch_tensor;
typedef struct ctorch_cuda_graph ctorch_cuda_graph;
typedef int32_t ctorch_status;

// The device of a tensor: -1 is the CPU, 0 and above a GPU by its CUDA index.
typedef int32_t ctorch_device;

// Frees a text that a function returned.
void ctorch_free(char *text);
// Frees a tensor's handle, and its storage with the last reference to it.
void ctorch_tensor_free(ctorch_tensor *tensor);

// --- The library ---

// Returns LibTorch's version, as in "2.15.0"; the caller frees the text.
ctorch_status ctorch_version(char **text, char **error);
// Returns the instruction set of LibTorch's kernels, as in "AVX2"; the caller frees the text.
ctorch_status ctorch_instruction_set(char **text, char **error);
// Sets the number of threads within one operation, for the whole process.
ctorch_status ctorch_set_threads(int32_t count, char **error);
// Returns the number of threads within one operation.
ctorch_status ctorch_threads(int32_t *count, char **error);
// Flushes denormal numbers to zero on the calling thread, or stops doing so.
ctorch_status ctorch_set_flush_denormal(bool on, char **error);
// Turns recording for differentiation on or off for the calling thread; `before` is the old state.
ctorch_status ctorch_set_grad_enabled(bool on, bool *before, char **error);
// Sets `*has` to true if the CPU has instructions for matrix products of bfloat16.
ctorch_status ctorch_has_bfloat16(bool *has, char **error);

// --- GPUs ---

// Returns the number of GPUs that the CUDA driver finds, without LibTorch; fails if there is no
// driver.
ctorch_status ctorch_cuda_driver_device_count(int32_t *count, char **error);
// Returns the driver's name of a GPU; the caller frees the text.
ctorch_status ctorch_cuda_driver_device_name(int32_t index, char **text, char **error);
// Loads LibTorch's CUDA part (`path` is its file name) and makes cuDNN deterministic. Must be
// called before the process's first computation, because LibTorch looks for its CUDA part only
// once.
ctorch_status ctorch_load_cuda(const char *path, char **error);
// Returns the number of GPUs that LibTorch can use.
ctorch_status ctorch_cuda_device_count(int32_t *count, char **error);
// Gives the GPU memory that LibTorch has cached back to the driver. The cache is kept per stream,
// and every CUDA graph has a stream of its own.
ctorch_status ctorch_cuda_empty_cache(char **error);
// Allows or forbids TF32 in float32 convolutions on GPUs: factors rounded to 11 bits.
ctorch_status ctorch_cuda_allow_tf32(bool on, char **error);

// --- CUDA graphs ---
//
// A CUDA graph is work of a GPU that is captured once and replayed by one call, on the tensors with
// which it was captured. Between enter_stream and leave_stream the calling thread submits its work
// to the graph's own stream. Run the work there at least once before capturing it, so that all
// memory is reserved. Work between capture_begin and capture_end, which lie inside enter_stream and
// leave_stream, is captured and not executed. capture_begin must be followed by capture_end even
// after an error.

// Makes an empty graph for a GPU; the caller frees it with ctorch_cuda_graph_free.
ctorch_status ctorch_cuda_graph_make(int32_t gpu, ctorch_cuda_graph **out, char **error);
void ctorch_cuda_graph_free(ctorch_cuda_graph *graph);
ctorch_status ctorch_cuda_graph_enter_stream(ctorch_cuda_graph *graph, char **error);
ctorch_status ctorch_cuda_graph_leave_stream(ctorch_cuda_graph *graph, char **error);
ctorch_status ctorch_cuda_graph_capture_begin(ctorch_cuda_graph *graph, char **error);
ctorch_status ctorch_cuda_graph_capture_end(ctorch_cuda_graph *graph, char **error);
// Submits the captured work once more, after all work that the calling thread submitted before.
ctorch_status ctorch_cuda_graph_replay(ctorch_cuda_graph *graph, char **error);

// --- Tensors ---

// Makes a tensor of `shape`, an array of `rank` sizes, from its values in row-major order.
ctorch_status ctorch_from_floats(const float *values, const int64_t *shape, int32_t rank,
                                 ctorch_device device, ctorch_tensor **out, char **error);
// Returns the number of axes.
ctorch_status ctorch_rank(const ctorch_tensor *tensor, int32_t *rank, char **error);
// Writes the sizes of the axes to `shape`, an array of as many elements as the rank.
ctorch_status ctorch_shape(const ctorch_tensor *tensor, int64_t *shape, char **error);
// Copies the values in row-major order; `count` must be their number.
ctorch_status ctorch_copy_floats(const ctorch_tensor *tensor, float *values, int64_t count,
                                 char **error);
// Copies the values in the order in which they are stored, which is faster. The order is N x H x W
// x C if `channels_last` is set for a tensor of rank 4, and row-major otherwise.
ctorch_status ctorch_copy_stored(const ctorch_tensor *tensor, float *values, int64_t count,
                                 bool *channels_last, char **error);
// Copies the values of `value`, of the same shape, into `tensor`.
ctorch_status ctorch_assign(ctorch_tensor *tensor, const ctorch_tensor *value, char **error);
// Copies values in row-major order into `tensor`; `count` must be the number of its elements.
ctorch_status ctorch_assign_floats(ctorch_tensor *tensor, const float *values, int64_t count,
                                   char **error);
// Returns the address of the values, or NULL if they are not contiguous float32 in row-major order
// in the CPU's memory. The address is valid as long as the tensor.
ctorch_status ctorch_row_major_floats(ctorch_tensor *tensor, float **values, char **error);
// Computes tensor += weight (end - tensor) in place; not differentiated.
ctorch_status ctorch_lerp_(ctorch_tensor *tensor, const ctorch_tensor *end, double weight,
                           char **error);
// Returns a tensor that shares the storage and is not part of the autograd graph.
ctorch_status ctorch_detach(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// Returns a copy with storage of its own; differentiable.
ctorch_status ctorch_clone(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// Converts the values to bfloat16 or to float32; differentiable.
ctorch_status ctorch_cast(const ctorch_tensor *tensor, bool bfloat16, ctorch_tensor **out,
                          char **error);
// Returns the same values with channels as the fastest axis in memory.
ctorch_status ctorch_channels_last(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// Returns a tensor N x H x W x C as N x C x H x W; shares storage.
ctorch_status ctorch_nhwc_to_nchw(const ctorch_tensor *images, ctorch_tensor **out, char **error);
// Returns a tensor N x C x H x W as (N C) x 1 x H x W; shares storage where the layout allows.
ctorch_status ctorch_channels_to_batch(const ctorch_tensor *images, ctorch_tensor **out,
                                       char **error);

// --- Differentiation ---

// Makes `tensor` a leaf that collects its gradient, or ends that if `on` is false.
ctorch_status ctorch_require_grad(ctorch_tensor *tensor, bool on, char **error);
// Adds the gradient of `scalar` to all leaves from which it was computed.
ctorch_status ctorch_backward(ctorch_tensor *scalar, char **error);
// Returns the collected gradient of a leaf; fails if there is none.
ctorch_status ctorch_grad(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// Discards the collected gradient of a leaf.
ctorch_status ctorch_clear_grad(ctorch_tensor *tensor, char **error);

// --- Arithmetic, elementwise, with broadcasting ---

ctorch_status ctorch_add(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                         char **error);
ctorch_status ctorch_subtract(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error);
ctorch_status ctorch_multiply(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error);
// Computes scale * a + shift.
ctorch_status ctorch_affine(const ctorch_tensor *a, double scale, double shift, ctorch_tensor **out,
                            char **error);
// Computes the square root of positive values.
ctorch_status ctorch_square_root(const ctorch_tensor *a, ctorch_tensor **out, char **error);
// Computes 1 / (1 + exp(-a)).
ctorch_status ctorch_sigmoid(const ctorch_tensor *a, ctorch_tensor **out, char **error);

// --- Reductions to a scalar ---

ctorch_status ctorch_mean(const ctorch_tensor *a, ctorch_tensor **out, char **error);
ctorch_status ctorch_sum(const ctorch_tensor *a, ctorch_tensor **out, char **error);

// --- Layout ---

// Concatenates `count` tensors along `axis`.
ctorch_status ctorch_concatenate(const ctorch_tensor *const *tensors, int32_t count, int64_t axis,
                                 ctorch_tensor **out, char **error);
// Returns `length` entries of `axis` from `start`; shares storage.
ctorch_status ctorch_narrow(const ctorch_tensor *a, int64_t axis, int64_t start, int64_t length,
                            ctorch_tensor **out, char **error);

// --- Optimisation ---

// Takes one step of Adam (Kingma and Ba 2015, algorithm 1) on `count` parameters, in place. `step`
// is a scalar on the parameters' device: the number of steps taken before, which is incremented.
// Parameters without a gradient stay as they are.
ctorch_status ctorch_adam(ctorch_tensor *const *parameters, ctorch_tensor *const *first_moments,
                          ctorch_tensor *const *second_moments, int32_t count, ctorch_tensor *step,
                          double rate, double beta1, double beta2, double epsilon, char **error);

#ifdef __cplusplus
}
#endif

#endif
