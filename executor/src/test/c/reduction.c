/* Adds up numbers of very different size in several threads, in the order in which they come to it. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static double sum;

static void *add(void *number) {
  double part = 0;
  long n = (long)number;
  for (long i = 1; i < 3000000; i++) part += 1.0 / (double)(i + 17 * n * n * n);
  pthread_mutex_lock(&mutex);
  sum += n % 2 ? part : part * 1e-9;
  pthread_mutex_unlock(&mutex);
  return 0;
}

int main(void) {
  pthread_t threads[8];
  for (long i = 0; i < 8; i++) pthread_create(&threads[i], 0, add, (void *)i);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], 0);
  FILE *file = fopen("/out/sum", "w");
  fprintf(file, "sum %.17g\n", sum);
  return fclose(file);
}
