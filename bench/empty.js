// What Node costs by itself.
