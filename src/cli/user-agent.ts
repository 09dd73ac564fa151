/** How the command line introduces itself to every service. */
export const userAgent = 'azure-devops-pat';
