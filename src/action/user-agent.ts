/** How the program introduces itself to every service. */
export const userAgent = 'azure-devops-pat-action';
