#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A flat C interface to LibTorch: what Dipper's networks need, and no logic.
//
// - Every function returns 0 on success, 2 where a GPU has not enough memory. Otherwise its
//   outputs are untouched and `*error` is a text that the caller frees with ctorch_free. No C++
//   exception leaves a function.
// - A `ctorch_tensor *` that comes out belongs to the caller, who frees it with ctorch_tensor_free;
//   those that go in are borrowed. Storage is shared and counted by LibTorch.
// - Tensors are float32, or bfloat16 where they were cast to it. Grad mode belongs to the calling
//   thread.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctorch_tensor ctorch_tensor;
typedef struct ctorch_recording ctorch_recording;
typedef int32_t ctorch_status;

// Where a tensor lives: -1 is the processor, 0 and up a CUDA device.
typedef int32_t ctorch_device;

void ctorch_free(char *text);
void ctorch_tensor_free(ctorch_tensor *tensor);

// The library.
ctorch_status ctorch_version(char **text, char **error);          // caller frees text
ctorch_status ctorch_instruction_set(char **text, char **error);  // caller frees text
ctorch_status ctorch_set_threads(int32_t count, char **error);
ctorch_status ctorch_threads(int32_t *count, char **error);
ctorch_status ctorch_set_flush_denormal(bool on, char **error);
ctorch_status ctorch_set_grad_enabled(bool on, bool *before, char **error);
// Whether the processor multiplies matrices of bfloat16 by instructions of its own.
ctorch_status ctorch_has_bfloat16(bool *has, char **error);
// Keeps large blocks of the processor's memory for the next tensor; for the life of the process.
ctorch_status ctorch_pool_memory(char **error);
// The most bytes of large blocks that were in use at once since the last were given back.
ctorch_status ctorch_most_memory(int64_t *bytes, char **error);
// Gives the kept blocks back to the system.
ctorch_status ctorch_release_memory(char **error);

// GPUs. What the driver says of them needs nothing of LibTorch; it fails where there is none.
ctorch_status ctorch_cuda_driver_devices(int32_t *count, char **error);
ctorch_status ctorch_cuda_device_name(int32_t index, char **text, char **error);  // caller frees text
// Loads the CUDA part of the library beside the loaded one, set so that equal computations give
// equal bits; fails where there is none. Nothing must have been computed before: the library looks
// for that part once.
ctorch_status ctorch_load_cuda(const char *path, char **error);
// How many GPUs the library can use.
ctorch_status ctorch_cuda_devices(int32_t *count, char **error);
// Gives back the memory of GPUs that the library keeps for the next tensor; it keeps it apart for
// each stream, and every recording has one.
ctorch_status ctorch_cuda_release_memory(char **error);
// Whether GPUs may round the factors of float32 convolutions to 11 bits (TF32), from now on.
ctorch_status ctorch_set_rounded_factors(bool on, char **error);

// Work of a GPU that is recorded once and repeated as one piece, on the tensors that it was
// recorded with. Between enter and leave what the calling thread asks of the GPU goes to the
// recording's own stream; do so at least once before recording, with the same work. Between begin
// and end, inside them, it is recorded and not carried out. `end` must follow `begin` in any case.
// The caller frees.
ctorch_status ctorch_recording_make(int32_t gpu, ctorch_recording **out, char **error);
void ctorch_recording_free(ctorch_recording *recording);
ctorch_status ctorch_recording_enter(ctorch_recording *recording, char **error);
ctorch_status ctorch_recording_leave(ctorch_recording *recording, char **error);
ctorch_status ctorch_recording_begin(ctorch_recording *recording, char **error);
ctorch_status ctorch_recording_end(ctorch_recording *recording, char **error);
// Asks for it once more; it comes after all that was asked for before.
ctorch_status ctorch_recording_replay(ctorch_recording *recording, char **error);

// Tensors.
ctorch_status ctorch_from_floats(const float *values, const int64_t *shape, int32_t rank,
                                 ctorch_device device, ctorch_tensor **out, char **error);
ctorch_status ctorch_rank(const ctorch_tensor *tensor, int32_t *rank, char **error);
// Writes as many values as the rank.
ctorch_status ctorch_shape(const ctorch_tensor *tensor, int64_t *shape, char **error);
ctorch_status ctorch_copy_floats(const ctorch_tensor *tensor, float *values, int64_t count,
                                 char **error);
// The same in the order in which they lie in memory, which is the faster copy: row-major, or of an
// array of rank 4 with channels last.
ctorch_status ctorch_copy_stored(const ctorch_tensor *tensor, float *values, int64_t count,
                                 bool *channels_last, char **error);
ctorch_status ctorch_assign(ctorch_tensor *tensor, const ctorch_tensor *value, char **error);
ctorch_status ctorch_assign_floats(ctorch_tensor *tensor, const float *values, int64_t count,
                                   char **error);
// Where the values lie, row-major and one after the other, or NULL where they lie otherwise.
ctorch_status ctorch_floats_in_place(ctorch_tensor *tensor, float **values, char **error);
ctorch_status ctorch_lerp_(ctorch_tensor *tensor, const ctorch_tensor *end, double weight,
                           char **error);
ctorch_status ctorch_detach(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
ctorch_status ctorch_clone(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// The same values as bfloat16 or as float32; differentiable.
ctorch_status ctorch_cast(const ctorch_tensor *tensor, bool bfloat16, ctorch_tensor **out,
                          char **error);
ctorch_status ctorch_channels_last(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
// An array of N x H x W x C as N x C x H x W; shares storage.
ctorch_status ctorch_as_images(const ctorch_tensor *pixels, ctorch_tensor **out, char **error);
// N x C x H x W as N C images of one channel; a copy where it cannot be a view.
ctorch_status ctorch_channels_apart(const ctorch_tensor *images, ctorch_tensor **out, char **error);

// Differentiation.
ctorch_status ctorch_require_grad(ctorch_tensor *tensor, bool on, char **error);
ctorch_status ctorch_backward(ctorch_tensor *scalar, char **error);
ctorch_status ctorch_grad(const ctorch_tensor *tensor, ctorch_tensor **out, char **error);
ctorch_status ctorch_clear_grad(ctorch_tensor *tensor, char **error);

// Arithmetic, with broadcasting.
ctorch_status ctorch_add(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                         char **error);
ctorch_status ctorch_subtract(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error);
ctorch_status ctorch_multiply(const ctorch_tensor *a, const ctorch_tensor *b, ctorch_tensor **out,
                              char **error);
// scale * a + shift
ctorch_status ctorch_affine(const ctorch_tensor *a, double scale, double shift,
                            ctorch_tensor **out, char **error);
// a > 0
ctorch_status ctorch_square_root(const ctorch_tensor *a, ctorch_tensor **out, char **error);
ctorch_status ctorch_mean(const ctorch_tensor *a, ctorch_tensor **out, char **error);
ctorch_status ctorch_sum(const ctorch_tensor *a, ctorch_tensor **out, char **error);

// Layout.
ctorch_status ctorch_concatenate(const ctorch_tensor *const *tensors, int32_t count, int64_t axis,
                                 ctorch_tensor **out, char **error);
ctorch_status ctorch_narrow(const ctorch_tensor *a, int64_t axis, int64_t start, int64_t length,
                            ctorch_tensor **out, char **error);

// Layers, on tensors N x C x H x W.
ctorch_status ctorch_sigmoid(const ctorch_tensor *a, ctorch_tensor **out, char **error);
// Behind a border of `padding` pixels, mirrored or zero. Weights are cast to the type of the input.
// Where the input has a multiple of the channels that the weights take, each part of its channels
// meets its part of the filters.
ctorch_status ctorch_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                            const ctorch_tensor *bias, int64_t stride, int64_t padding,
                            bool mirrors, ctorch_tensor **out, char **error);

// Batch normalisation and leaky ReLU. Without `training` it normalises by the running statistics,
// with it by the batch's own, and moves the running ones (may be NULL then) by `momentum`.
typedef struct {
  const ctorch_tensor *weight, *bias;
  const ctorch_tensor *running_mean, *running_variance;
  bool training;
  double momentum, epsilon;
  // Of the activation for negative values: 0 is ReLU, 1 is none.
  double slope;
} ctorch_norm;

ctorch_status ctorch_normalised(const ctorch_tensor *input, const ctorch_norm *norm,
                                ctorch_tensor **out, char **error);
// ctorch_normalised, a border of `padding` pixels (mirrored or zero) and ctorch_conv2d in one: only
// `input` is kept for differentiation, and that only where it cannot be computed again.
ctorch_status ctorch_normalised_conv2d(const ctorch_tensor *input, const ctorch_norm *norm,
                                       const ctorch_tensor *weight, const ctorch_tensor *bias,
                                       int64_t stride, int64_t padding, bool mirrors,
                                       ctorch_tensor **out, char **error);
// The maximum of each square of `size` pixels, 16 at most, which divides height and width.
ctorch_status ctorch_max_pool(const ctorch_tensor *input, int64_t size, ctorch_tensor **out,
                              char **error);
// `skip` and, behind its channels, `below` enlarged to its size, twice its own: bilinear, corners
// not aligned. The channels of both are `groups` parts, each of which is joined with its like.
ctorch_status ctorch_joined(const ctorch_tensor *skip, const ctorch_tensor *below, int64_t groups,
                            ctorch_tensor **out, char **error);

// ctorch_conv2d, ctorch_normalised, ctorch_normalised_conv2d and ctorch_joined in plain steps of
// differentiation, on any device: what those four are on a GPU, and for several groups.
ctorch_status ctorch_composed_conv2d(const ctorch_tensor *input, const ctorch_tensor *weight,
                                     const ctorch_tensor *bias, int64_t stride, int64_t padding,
                                     bool mirrors, ctorch_tensor **out, char **error);
ctorch_status ctorch_composed_normalised(const ctorch_tensor *input, const ctorch_norm *norm,
                                         ctorch_tensor **out, char **error);
ctorch_status ctorch_composed_normalised_conv2d(const ctorch_tensor *input, const ctorch_norm *norm,
                                                const ctorch_tensor *weight,
                                                const ctorch_tensor *bias, int64_t stride,
                                                int64_t padding, bool mirrors, ctorch_tensor **out,
                                                char **error);
ctorch_status ctorch_composed_joined(const ctorch_tensor *skip, const ctorch_tensor *below,
                                     int64_t groups, ctorch_tensor **out, char **error);

// One step of Adam (Kingma and Ba 2015, algorithm 1) on all parameters at once, in place. `step`, a
// scalar on their device, says how many were taken before; it is advanced. Parameters without
// gradient stay.
ctorch_status ctorch_adam(ctorch_tensor *const *parameters, ctorch_tensor *const *first_moments,
                          ctorch_tensor *const *second_moments, int32_t count,
                          ctorch_tensor *step, double rate, double beta1, double beta2,
                          double epsilon, char **error);

#ifdef __cplusplus
}
#endif

#endif
