function fetch(){throw new Error("this client of octokit is not used")}class ProxyAgent{}export{ProxyAgent,fetch};
